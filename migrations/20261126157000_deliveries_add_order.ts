import type { Knex } from 'knex'

/**
 * `place` is the order in which deliveries were queued: within one subject that of the events. What was there before has none, and
 * no table is written anew for it. Channels that keep order go by it; their log is read by destination.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create sequence deliveries_place;
    alter table deliveries add column place bigint, add column last_ms integer;
    alter table deliveries alter column place set default nextval('deliveries_place');
    alter sequence deliveries_place owned by deliveries.place;
    create index deliveries_in_order on deliveries (kind, destination, place) where state = 'waiting';
    create index deliveries_by_destination on deliveries (kind, destination, created_at, id)`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index deliveries_by_destination;
    drop index deliveries_in_order;
    alter table deliveries drop column place, drop column last_ms`)
}
