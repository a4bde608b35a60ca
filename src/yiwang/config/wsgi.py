"""What granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")

application = get_wsgi_application()

# What is loaded now stays: the collector need not walk it again and again. A request makes few cycles, so it may wait
# for more of them (measured: a fifth of a guide's CPU was full collections).
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
