/**
 * The members of the one JSON secret, in the order in which people fill them in.
 *
 * They are the usual names of the settings; a member that is absent or empty is a setting that is not set.
 */
export const members: readonly { readonly name: string; readonly is: string }[] = [
  { name: 'DATABASE_URL', is: 'Postgres for jobs and collections, postgres://USER:PASSWORD@HOST:5432/DATABASE; required' },
  { name: 'DATABASE_DIRECT_URL', is: 'the same server past its pooler, where DATABASE_URL goes through one (port 6543)' },
  { name: 'OPENAI_API_KEY', is: 'writes proposals and embeds queries' },
  { name: 'COHERE_API_KEY', is: 'reranks; without it that stage is skipped' },
  { name: 'SUPABASE_URL', is: 'the table of past projects, as the postgres:// address of its database' },
  { name: 'SUPABASE_KEY', is: 'kept for the REST way into Supabase, not used yet' },
  { name: 'WEBHOOK_URL', is: 'who is told of jobs that name no callback, such as the address of an n8n Webhook node' },
  { name: 'WEBHOOK_SECRET', is: 'what deliveries are signed with: whsec_ and the base64 of 24 to 64 letters; required' },
  { name: 'SECRETS_KEY', is: 'encrypts the credentials that jobs bring for their callbacks: 32 or more random letters' },
  { name: 'BASIC_AUTH_USER', is: 'sent to WEBHOOK_URL' },
  { name: 'BASIC_AUTH_PASS', is: 'sent to WEBHOOK_URL' },
];
