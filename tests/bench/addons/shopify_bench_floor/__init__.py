from . import controllers, deliveries, models, past, products
