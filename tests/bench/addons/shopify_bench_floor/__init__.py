from . import controllers, models, past, products
