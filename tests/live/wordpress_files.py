"""The few lines of PHP with which a test makes an unpacked WordPress its own."""

from string import Template

# Nothing leaves the machine, nothing runs by itself, and the links name the port in use.
CONFIG = Template("""<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', '' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', '' );
define( 'DB_CHARSET', 'utf8' );
define( 'DB_COLLATE', '' );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $$purpose ) {
    define( $$purpose . '_KEY', '$salt' . $$purpose );
    define( $$purpose . '_SALT', $$purpose . '$salt' );
}
define( 'WP_ENVIRONMENT_TYPE', 'local' );
define( 'WP_HOME', '$url' );
define( 'WP_SITEURL', '$url' );
define( 'WP_DEBUG', false );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'CONCATENATE_SCRIPTS', false );
$$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {
    define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
""")

# The plugin opens every statement with a deferred BEGIN. One that reads before it writes then
# fails at once, whatever the time-out, when another worker has written in between (SQLite's
# BUSY_SNAPSHOT), and WordPress goes on without the row. Writes take their turn first instead.
DATABASE_DROP_IN = """<?php
define( 'SQLITE_DB_DROPIN_VERSION', '1.8.0' );
define( 'DATABASE_TYPE', 'sqlite' );
define( 'DB_ENGINE', 'sqlite' );
final class Patient_PDO extends PDO {
    public bool $reading = false;
    #[\\ReturnTypeWillChange]
    public function prepare( $query, $options = array() ) {
        $begins = 'BEGIN' === $query && ! $this->reading;
        return parent::prepare( $begins ? 'BEGIN IMMEDIATE' : $query, $options );
    }
}
$GLOBALS['@pdo'] = new Patient_PDO(
    'sqlite:' . __DIR__ . '/database/.ht.sqlite',
    null,
    null,
    array(
        PDO::ATTR_ERRMODE           => PDO::ERRMODE_EXCEPTION,
        PDO::ATTR_STRINGIFY_FETCHES => true,
        PDO::ATTR_TIMEOUT           => 30,
    )
);
$GLOBALS['@pdo']->exec( 'PRAGMA synchronous = NORMAL' );
add_filter(
    'pre_query_sqlite_db',
    static function ( $result, $translator, $statement ) {
        $reads = '/^\\s*(SELECT|SHOW|DESCRIBE)\\b/i';
        $GLOBALS['@pdo']->reading = (bool) preg_match( $reads, $statement );
        return $result;
    },
    10,
    3
);
require_once __DIR__ . '/plugins/sqlite-database-integration-main/wp-includes/sqlite/db.php';
"""

# One JSON line a mail, instead of sending it.
MAIL_CATCHER = Template("""<?php
add_filter(
    'pre_wp_mail',
    static function ( $$result, $$mail ) {
        $$line = wp_json_encode(
            array(
                'to'      => implode( ', ', (array) $$mail['to'] ),
                'subject' => $$mail['subject'],
                'text'    => $$mail['message'],
            )
        );
        return false !== file_put_contents( '$mails', $$line . PHP_EOL, FILE_APPEND | LOCK_EX );
    },
    10,
    2
);
""")

# WordPress before 6.6: users take no part in a batch.
NO_BATCH = """<?php
add_filter(
    'rest_endpoints',
    static function ( $endpoints ) {
        foreach ( array_keys( $endpoints ) as $route ) {
            if ( str_starts_with( $route, '/wp/v2/users' ) ) {
                unset( $endpoints[ $route ]['allow_batch'] );
            }
        }
        return $endpoints;
    }
);
"""

# Prints the application passwords of the two who may use the API.
SET_UP = """
wp_update_user( array( 'ID' => 1, 'user_email' => 'admin@example.org' ) );
add_role( 'account_maker', 'Account maker', array_fill_keys( $arguments['capabilities'], true ) );
$maker = wp_insert_user(
    array(
        'user_login' => $arguments['username'],
        'user_email' => $arguments['username'] . '@example.org',
        'user_pass'  => wp_generate_password( 40 ),
        'role'       => 'account_maker',
    )
);
$GLOBALS['wp_rewrite']->set_permalink_structure( '/%postname%/' );
$GLOBALS['wp_rewrite']->flush_rules( false );
$new = static fn( $id ) => WP_Application_Passwords::create_new_application_password(
    $id,
    array( 'name' => 'Latchkey' )
)[0];
echo wp_json_encode( array( 'maker' => $new( $maker ), 'administrator' => $new( 1 ) ) );
"""
