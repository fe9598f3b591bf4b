<?php

namespace Latchkey;

final class Drupal7 extends Cms
{
    public static function isAt(string $root): bool
    {
        return is_file("$root/includes/bootstrap.inc") && is_file("$root/modules/user/user.module");
    }

    public function name(): string
    {
        return 'drupal7';
    }

    public function version(): string
    {
        return VERSION;
    }

    public function prepare()
    {
        define('DRUPAL_ROOT', $this->root);
        require_once $this->root . '/includes/bootstrap.inc';
    }

    public function bootstrap()
    {
        drupal_bootstrap(DRUPAL_BOOTSTRAP_FULL);
        drupal_save_session(false);
    }

    public function roles(): array
    {
        $names = $this->names();
        $roles = [];
        foreach (user_role_permissions($names) as $id => $permissions) {
            $roles[$names[$id]] = array_keys(array_filter($permissions));
        }
        return $roles;
    }

    public function rolesOf($user): array
    {
        return array_values(array_diff_key($user->roles, [DRUPAL_AUTHENTICATED_RID => true]));
    }

    public function languageOf($user)
    {
        return $user->language ?: null;
    }

    public function languages(): array
    {
        $enabled = language_list('enabled');
        return array_keys($enabled[1] ?? []);
    }

    public function save($user, array $changes): int
    {
        if (isset($changes['roles'])) {
            $given = array_intersect($this->names(), $changes['roles']);
            $changes['roles'] = $given + [DRUPAL_AUTHENTICATED_RID => 'authenticated user'];
        }
        $saved = user_save($user ?: new \stdClass(), $changes);
        if (!$saved) {
            throw new Refusal('not_saved');
        }
        return (int) $saved->uid;
    }

    public function forget()
    {
        drupal_static_reset('user_role_permissions');
        entity_get_controller('user')->resetCache();
    }

    /** @return string[] names by id of the roles that can be given */
    private function names(): array
    {
        $always = [DRUPAL_ANONYMOUS_RID => true, DRUPAL_AUTHENTICATED_RID => true];
        return array_diff_key(user_roles(true), $always);
    }
}
