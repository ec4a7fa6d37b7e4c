{
    'name': "Shopify Connector Bench Floor",
    'summary': "What Odoo itself costs, to compare with: never installed outside of the benchmark",
    'version': '19.0.1.0.0',
    'author': "Shopify Connector contributors",
    'license': 'LGPL-3',
    'category': 'Hidden',
    'depends': ['shopify_connector'],
    'installable': True,
}
