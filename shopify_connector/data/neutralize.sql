-- A copied database knows no shop any more: nothing to sign in with, nothing that runs, nothing that is written.
UPDATE shopify_credentials
   SET access_token = NULL, expires_at = NULL, client_secret = NULL, previous_secret = NULL, previous_until = NULL;
UPDATE shopify_backend
   SET state = 'draft', stock_export = false, webhook_uri = NULL, connected_database = NULL,
       state_message = 'This database is a copy. Enter the credentials again to connect it.';
UPDATE ir_cron SET active = false WHERE shopify_backend_id IS NOT NULL;
DELETE FROM ir_cron_trigger WHERE cron_id IN (SELECT id FROM ir_cron WHERE shopify_backend_id IS NOT NULL);
