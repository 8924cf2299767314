/** The SQL engines the storage speaks to. MariaDB and MySQL are one: the same statements suit both. */
export type Dialect = 'sqlite' | 'postgres' | 'mysql'
