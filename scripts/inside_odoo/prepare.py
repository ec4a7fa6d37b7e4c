"""Run by `odoo shell`: a company in the United States with accounts in US dollars, and the files of the web client."""
env = globals()['env']  # given by the shell

company = env.ref('base.main_company')
company.write({
    'name': 'Riverside Trading',
    'country_id': env.ref('base.us').id,
    'state_id': env['res.country.state'].search([('code', '=', 'NY'), ('country_id.code', '=', 'US')]).id,
    'street': '1 Riverside Drive', 'city': 'New York', 'zip': '10001',
    'currency_id': env.ref('base.USD').id,
})
if not company.chart_template:
    env['account.chart.template'].try_loading('generic_coa', company, install_demo=False)
env['res.users'].with_context(active_test=False).search([]).tz = 'America/New_York'

# The web client's files, made now because the first page would take half a minute otherwise.
for bundle, parts in {
    'web.assets_web': ('js', 'css'), 'web.assets_web_print': ('css',), 'web.assets_backend_lazy': ('js', 'css'),
    'web.assets_frontend': ('css',), 'web.assets_frontend_minimal': ('js',), 'web.assets_frontend_lazy': ('js',),
}.items():
    made = env['ir.qweb']._get_asset_bundle(bundle, css='css' in parts, js='js' in parts)
    for part in parts:
        getattr(made, part)()
env.cr.commit()
