from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from tests.integration.common import StoreCase
from tests.support.orders import line, order


class TestPeople(StoreCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, 'seller', 'sales_team.group_sale_salesman_all_leads')
        cls.worker = new_test_user(cls.env, 'worker', 'stock.group_stock_user')
        cls.shop_user = new_test_user(cls.env, 'shopuser', 'shopify_connector.group_shopify_user')
        cls.manager = new_test_user(cls.env, 'manager', 'shopify_connector.group_shopify_manager')

    def test_a_salesperson_without_a_role_works_on_an_order_from_shopify(self):
        sale = self.bring_one(displayFinancialStatus='PENDING').with_user(self.seller)
        with Form(sale) as form:
            form.client_order_ref = 'changed'
        sale.order_line.product_uom_qty = 2
        sale.action_confirm()
        self.assertEqual(sale.state, 'sale')
        sale.copy()

    def test_a_salesperson_without_a_role_makes_an_order_of_their_own(self):
        self.backend.stock_export = True
        sale = (
            self.env['sale.order']
            .with_user(self.seller)
            .create(
                {
                    'partner_id': self.env['res.partner'].create({'name': 'Walk-in'}).id,
                    'order_line': [(0, 0, {'product_id': self.product.id})],
                }
            )
        )
        sale.action_confirm()
        self.env.cr.flush()
        self.assertEqual(sale.state, 'sale')

    def test_a_warehouse_worker_without_a_role_ships_an_order_from_shopify(self):
        self.backend.stock_export = True
        picking = self.bring_one(lines=[line(quantity=2)]).picking_ids.with_user(self.worker)
        self.assertIs(picking.button_validate(), True)
        self.env.cr.flush()

    def test_a_warehouse_worker_without_a_role_counts_stock(self):
        self.backend.stock_export = True
        self.env['shopify.variant.binding'].create(
            {
                'backend_id': self.backend.id,
                'gid': 'gid://shopify/ProductVariant/1',
                'product_id': self.product.id,
                'product_binding_id': self.env['shopify.product.binding']
                .create({'backend_id': self.backend.id, 'gid': 'gid://shopify/Product/1'})
                .id,
            }
        )
        quant = (
            self.env['stock.quant']
            .with_user(self.worker)
            .with_context(inventory_mode=True)
            .create(
                {'product_id': self.product.id, 'location_id': self.warehouse.lot_stock_id.id, 'inventory_quantity': 4}
            )
        )
        quant.action_apply_inventory()
        self.env.cr.flush()
        self.assertEqual(self.env['shopify.task'].search([('kind', '=', 'stock')]).key, str(self.product.id))

    def test_people_without_a_role_see_no_store(self):
        for user in (self.seller, self.worker):
            for model in ('shopify.backend', 'shopify.task', 'shopify.order.binding', 'shopify.sync.log'):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_a_shop_user_sees_and_retries_but_does_not_configure(self):
        task = self.env['shopify.task']._add(self.backend, 'order', ['gid://shopify/Order/1'])
        task._set_failed('boom', "It broke.")
        task.with_user(self.shop_user).action_retry()
        self.assertEqual(task.state, 'pending')
        backend = self.backend.with_user(self.shop_user)
        self.assertTrue(backend.name)
        with self.assertRaises(AccessError):
            backend.name = 'mine'
        with self.assertRaises(AccessError):
            backend.action_disconnect()
        with self.assertRaises(AccessError):
            backend.stock_export = True

    def test_a_manager_configures_and_still_reads_no_secret(self):
        backend = self.backend.with_user(self.manager)
        backend.access_token = 'shpat_other'
        self.assertFalse(backend.access_token)
        with self.assertRaises(AccessError):
            self.env['shopify.credentials'].with_user(self.manager).search([]).read()

    def test_nobody_reads_the_credentials_over_rpc_not_even_the_administrator(self):
        admin = self.env.ref('base.user_admin')
        with self.assertRaises(AccessError):
            self.env['shopify.credentials'].with_user(admin).search([]).read()

    def test_another_company_sees_nothing_of_the_store(self):
        other = self.env['res.company'].create({'name': 'Other'})
        stranger = new_test_user(
            self.env,
            'stranger',
            'shopify_connector.group_shopify_manager',
            company_id=other.id,
            company_ids=[(6, 0, [other.id])],
        )
        self.bring(order())
        self.env['shopify.task']._add(self.backend, 'order', ['gid://shopify/Order/1'])
        models = (
            'shopify.backend',
            'shopify.task',
            'shopify.order.binding',
            'shopify.location',
            'shopify.product.binding',
            'shopify.variant.binding',
            'shopify.inventory.level',
            'shopify.binding',
            'shopify.customer',
            'shopify.exemption.mapping',
            'shopify.tax.mapping',
        )
        for model in models:
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(stranger).search([('company_id', '=', self.env.company.id)]))

    def test_every_table_of_the_addon_has_a_rule_for_companies(self):
        for model in self.env['ir.model'].search([('model', '=like', 'shopify.%'), ('transient', '=', False)]):
            if not self.env[model.model]._abstract:
                with self.subTest(model=model.model):
                    self.assertTrue(model.rule_ids)
                    self.assertTrue(model.access_ids)

    def test_each_company_has_its_own_orders(self):
        other = self.env['res.company'].create({'name': 'Other'})
        self.env['account.chart.template'].try_loading('generic_coa', company=other, install_demo=False)
        warehouse = self.env['stock.warehouse'].search([('company_id', '=', other.id)])
        backend = self.connected('gamma', company_id=other.id)
        self.assertEqual(backend.warehouse_id, warehouse)
        backend = backend.with_company(other)
        sale = self.bring(order(), backend=backend).sale_order_id
        self.assertEqual((sale.company_id, sale.warehouse_id), (other, warehouse))
        self.assertEqual(sale.order_line.product_id, self.product)
