"""Run by `odoo shell`: a company in the United States, with accounts, in US dollars."""
env = globals()['env']  # given by the shell

company = env.ref('base.main_company')
company.write({
    'name': 'Riverside Trading',
    'country_id': env.ref('base.us').id,
    'state_id': env.ref('base.state_us_27').id,
    'street': '1 Riverside Drive', 'city': 'New York', 'zip': '10001',
    'currency_id': env.ref('base.USD').id,
})
if not company.chart_template:
    env['account.chart.template'].try_loading('generic_coa', company, install_demo=False)
env['res.users'].with_context(active_test=False).search([]).tz = 'America/New_York'
env.cr.commit()
