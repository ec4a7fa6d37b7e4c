from odoo import http
from odoo.http import request


class Floor(http.Controller):
    @http.route('/bench/floor', type='http', auth='public', methods=['POST'], csrf=False, save_session=False)
    def floor(self):
        """A public controller that does nothing: what any request costs."""
        return request.make_response('')
