<?php

namespace Latchkey;

/**
 * What Drupal 7 and Backdrop have in common, which is nearly everything: Backdrop came from Drupal 7.
 */
abstract class Cms
{
    /** @var string */
    protected $root;
    /** @var array<string, true>|null */
    private $trusted;

    public function __construct(string $root)
    {
        $this->root = $root;
    }

    abstract public function name(): string;

    abstract public function version(): string;

    /** Define the root, and load what comes before the settings. */
    abstract public function prepare();

    /** Start the CMS as far as a page would. */
    abstract public function bootstrap();

    /** @return string[] permissions by role, for the roles that can be given */
    abstract public function roles(): array;

    /** @return string[] the roles of a loaded user, without the one that everybody has */
    abstract public function rolesOf($user): array;

    /** @return string|null the code of the language that the user has chosen */
    abstract public function languageOf($user);

    /** @return string[] codes of the languages that are switched on */
    abstract public function languages(): array;

    /** Save a new user, or an existing one with changes; the id. */
    abstract public function save($user, array $changes): int;

    abstract public function forget();

    /** Whether this name and this address may belong together. */
    public function together(string $name, string $mail): bool
    {
        return true;
    }

    /** The settings file that this host name chooses. */
    public function settings(): string
    {
        return $this->root . '/' . conf_path() . '/settings.php';
    }

    /** @return object[] users by id, as they are stored now */
    public function load(array $ids): array
    {
        return $ids ? user_load_multiple($ids, [], true) : [];
    }

    /** Whether the permissions of a role are for trusted people only. */
    public function powers(array $permissions): array
    {
        if ($this->trusted === null) {
            $this->trusted = [];
            foreach (module_implements('permission') as $module) {
                $this->trusted += $this->trustedOf($module);
            }
        }
        return array_values(array_filter($permissions, function ($permission) {
            return isset($this->trusted[$permission])
                || preg_match('/^(administer |all CiviCRM|(view|edit|delete) all contacts)/i', $permission);
        }));
    }

    private function trustedOf(string $module): array
    {
        $trusted = [];
        foreach ((array) module_invoke($module, 'permission') as $name => $about) {
            if (is_array($about) && !empty($about['restrict access'])) {
                $trusted[$name] = true;
            }
        }
        return $trusted;
    }
}
