/** Settings of the embedded server by name, as in postgresql.conf. */
export type ServerSettings = Readonly<Record<string, string | number>>;

/** What the embedded server runs with. Given on its command line, where they win over any file. */
export const embeddedSettings: ServerSettings = {
  // Reached through the private socket only: its folder is the lock on the door, so there are no passwords.
  listen_addresses: "",
  port: 5432,
  unix_socket_permissions: "0700",
  max_connections: 60,

  // Memory: about 30 MB when idle, so that the whole service stays below 250 MB; the buffers grow with use.
  shared_buffers: "64MB",
  effective_cache_size: "512MB",
  maintenance_work_mem: "64MB",
  max_worker_processes: 4,
  dynamic_shared_memory_type: "mmap", // containers have little of the other, and a kill would leave it behind
  max_parallel_maintenance_workers: 0,
  max_parallel_workers_per_gather: 0, // many small queries; a second worker would take a core from delivery
  io_method: "sync", // three processes fewer; we read by key, not whole tables
  max_wal_senders: 0,
  max_replication_slots: 0,

  // Accepted means on disk.
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  wal_compression: "on",
  max_wal_size: "512MB",
  checkpoint_timeout: "10min",

  // Hundreds of partitions, each locked by a statement that names none of them.
  max_locks_per_transaction: 256,
  random_page_cost: 1.1, // solid state
  jit: "off", // compiling costs more than our statements take
  autovacuum: "on",
  autovacuum_max_workers: 2,
  autovacuum_naptime: "30s", // the queue's table turns over within seconds

  timezone: "UTC",
  log_timezone: "UTC",
  cluster_name: "facteur",

  // No statement, parameter or row may reach the log: addresses are among them. Errors quote values (`Key
  // (address)=(…) already exists`) and go to the client that caused them; only what concerns the server is kept.
  log_destination: "stderr",
  logging_collector: "off",
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_statement: "none",
  log_min_duration_statement: -1,
  log_min_duration_sample: -1,
  log_transaction_sample_rate: 0,
  log_autovacuum_min_duration: -1,
  log_parameter_max_length: 0,
  log_parameter_max_length_on_error: 0,
  log_checkpoints: "off",
  log_connections: "off",
  log_disconnections: "off",
  log_duration: "off",
  log_lock_waits: "off",
  log_temp_files: -1,
  log_replication_commands: "off",
  log_line_prefix: "%m [%p] ",
};

/** The settings as arguments of `postgres`. */
export function settingArguments(settings: ServerSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
