// Only one device has an id.
CREATE CONSTRAINT device_id_unique IF NOT EXISTS FOR (device:Device) REQUIRE device.id IS UNIQUE
