from . import controllers, models, past
