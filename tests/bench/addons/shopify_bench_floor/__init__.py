from . import controllers, models, parcels, past, products
