"""Run by `odoo shell`: the web client's scripts as they are with the addon, which comes in between Odoo's own modules.

The first page of every copy of the database would have to make them otherwise.
"""
env = globals()['env']  # given by the shell

for bundle in ('web.assets_web', 'web.assets_emoji', 'web.chartjs_lib', 'bus.websocket_worker_assets', 'web_tour.interactive'):
    env['ir.qweb']._get_asset_bundle(bundle, css=False, js=True).js()
env.cr.commit()
