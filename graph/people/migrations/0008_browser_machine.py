from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0007_privacy'),
    ]

    operations = [
        migrations.AddField(
            model_name='browser',
            name='machine',
            field=models.UUIDField(null=True),
        ),
    ]
