import django.db.models.deletion
from django.db import migrations, models

import yiwang.foundation.ids


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_procedure'),
        ('identity', '0003_absences'),
    ]

    operations = [
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.UUIDField(default=yiwang.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text_sealed', models.BinaryField()),
                ('written_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='cases.case')),
                ('staff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.staff')),
            ],
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.UUIDField(default=yiwang.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('asked_sealed', models.BinaryField(help_text='encrypted JSON: {name, show, q, colleague, days}')),
                ('saved_at', models.DateTimeField()),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='filters', to='identity.staff')),
            ],
        ),
    ]
