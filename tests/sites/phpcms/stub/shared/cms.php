<?php

/**
 * The few functions of Drupal 7 and Backdrop that the script calls, on a SQLite file of their own.
 * They answer as the real ones do, as far as the script looks; nothing here is theirs.
 */

define('LANGUAGE_NONE', 'und');

class FieldValidationException extends Exception
{
}

final class StubResult
{
    private $statement;

    public function __construct(PDOStatement $statement)
    {
        $this->statement = $statement;
    }

    public function fetchCol()
    {
        return $this->statement->fetchAll(PDO::FETCH_COLUMN);
    }

    public function fetchField()
    {
        return $this->statement->fetchColumn();
    }
}

final class StubController
{
    public function resetCache()
    {
    }
}

function stub_root()
{
    return getcwd();
}

function stub_db(): PDO
{
    static $db = null;
    if ($db === null) {
        $db = new PDO('sqlite:' . stub_root() . '/stub.sqlite');
        $db->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
        $db->exec('PRAGMA busy_timeout = 10000');
    }
    return $db;
}

/** Table names in braces, and arrays as arguments, as the real one takes them. */
function db_query($query, array $arguments = [])
{
    $query = preg_replace('/\{(\w+)\}/', '$1', $query);
    foreach ($arguments as $name => $value) {
        if (is_array($value)) {
            unset($arguments[$name]);
            $names = [];
            foreach (array_values($value) as $number => $one) {
                $names[] = "{$name}_$number";
                $arguments["{$name}_$number"] = $one;
            }
            $query = str_replace("($name)", '(' . implode(', ', $names) . ')', $query);
        }
    }
    $statement = stub_db()->prepare($query);
    foreach ($arguments as $name => $value) {
        $statement->bindValue($name, $value, is_int($value) ? PDO::PARAM_INT : PDO::PARAM_STR);
    }
    $statement->execute();
    return new StubResult($statement);
}

function db_query_range($query, $from, $count, array $arguments = [])
{
    return db_query("$query LIMIT $count OFFSET $from", $arguments);
}

/** A file holds the moment until which a lock is held: one that died leaves it behind. */
function stub_lock($name)
{
    return stub_root() . "/$name.lock";
}

function lock_acquire($name, $timeout = 30.0)
{
    if (lock_wait($name, 0)) {
        return false;
    }
    file_put_contents(stub_lock($name), microtime(true) + $timeout);
    return true;
}

function lock_wait($name, $delay = 30)
{
    $until = microtime(true) + $delay;
    while (is_file(stub_lock($name)) && (float) file_get_contents(stub_lock($name)) > microtime(true)) {
        if (microtime(true) >= $until) {
            return true;
        }
        usleep(20000);
    }
    return false;
}

function lock_release($name)
{
    unlink(stub_lock($name));
}

function entity_get_controller($type)
{
    return new StubController();
}

function conf_path()
{
    return STUB_SETTINGS_FOLDER;
}

function url($path, array $options = [])
{
    return $GLOBALS['base_url'] . '/?q=' . $path;
}

function module_implements($hook)
{
    return ['user', 'node'];
}

function module_invoke($module, $hook)
{
    $known = [
        'user' => ['administer users' => ['restrict access' => true], 'access user profiles' => []],
        'node' => ['bypass node access' => ['restrict access' => true], 'access content' => []],
    ];
    return $known[$module];
}

/** @return string[] permissions by role */
function stub_roles()
{
    return [
        'administrator' => ['administer users', 'access content'],
        'content team' => ['bypass node access', 'access content'],
        'member' => ['access content'],
        'volunteer' => ['access user profiles', 'access content'],
    ];
}

function stub_languages()
{
    return ['en' => (object) [], 'fr' => (object) [], 'pt-br' => (object) [], 'zh-hans' => (object) []];
}

function field_info_instances($type, $bundle)
{
    return ['field_first_name' => [], 'field_contact_id' => [], 'field_picture' => []];
}

function field_info_field($name)
{
    $known = [
        'field_first_name' => ['type' => 'text', 'columns' => ['value' => [], 'format' => []]],
        'field_contact_id' => ['type' => 'number_integer', 'columns' => ['value' => []]],
        'field_picture' => ['type' => 'image', 'columns' => ['fid' => []]],
    ];
    return $known[$name];
}

function field_attach_validate($type, $user, array $options = [])
{
    $value = $user->{$options['field_name']}[LANGUAGE_NONE][0]['value'] ?? '';
    if (mb_strlen($value) > 60) {
        throw new FieldValidationException();
    }
}

function user_validate_name($name)
{
    $wrong = $name === '' || trim($name) !== $name || strpos($name, '  ') !== false
        || preg_match('/[^\x{80}-\x{10FFFF} a-z0-9@+_.\'-]/iu', $name) || mb_strlen($name) > 60;
    return $wrong ? 'The name is not one.' : null;
}

function valid_email_address($mail)
{
    return (bool) filter_var($mail, FILTER_VALIDATE_EMAIL);
}

function user_pass_reset_url($user)
{
    return url("user/reset/$user->uid/" . time() . '/' . sha1($user->pass), ['absolute' => true]);
}

/** False where the file says that the transport fails, null where the letter is switched off. */
function _user_mail_notify($letter, $user)
{
    $result = json_decode((string) @file_get_contents(stub_root() . '/mail.json'), true);
    $result = is_array($result) ? $result['result'] : true;
    if ($result) {
        $mail = json_encode(['to' => $user->mail, 'letter' => $letter]);
        file_put_contents(stub_root() . '/mails.jsonl', "$mail\n", FILE_APPEND);
        echo 'what a mail program might print';
    }
    return $result;
}

/** Users with what `$about` keeps of them beside id, name and mail. */
function user_load_multiple($ids, $conditions = [], $reset = false)
{
    $users = [];
    foreach ($ids as $id) {
        $found = stub_db()->query('SELECT * FROM users WHERE uid = ' . (int) $id)->fetch(PDO::FETCH_ASSOC);
        if ($found) {
            $user = stub_user();
            foreach (json_decode($found['about'], true) + $found as $name => $value) {
                $user->$name = $value;
            }
            $users[$found['uid']] = $user;
        }
    }
    return $users;
}

function stub_store($user)
{
    $about = get_object_vars($user);
    unset($about['uid'], $about['name'], $about['mail'], $about['about']);
    $uid = $user->uid ?? 1 + (int) stub_db()->query('SELECT MAX(uid) FROM users')->fetchColumn();
    $statement = stub_db()->prepare('INSERT OR REPLACE INTO users (uid, name, mail, about) VALUES (?, ?, ?, ?)');
    $statement->execute([$uid, $user->name, $user->mail, json_encode($about)]);
    $user->uid = $uid;
    if (strpos($user->name, 'dies.') === 0) {
        exit(0);
    }
    if (strpos($user->name, 'throws.') === 0) {
        throw new RuntimeException("a module fails at {$user->name} with $user->pass");
    }
}
