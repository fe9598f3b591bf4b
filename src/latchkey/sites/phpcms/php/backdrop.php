<?php

namespace Latchkey;

final class Backdrop extends Cms
{
    public static function isAt(string $root): bool
    {
        return is_file("$root/core/includes/config.inc") && is_file("$root/core/modules/user/user.module");
    }

    public function name(): string
    {
        return 'backdrop';
    }

    public function version(): string
    {
        return BACKDROP_VERSION;
    }

    public function prepare()
    {
        define('BACKDROP_ROOT', $this->root);
        require_once $this->root . '/core/includes/bootstrap.inc';
    }

    public function bootstrap()
    {
        backdrop_bootstrap(BACKDROP_BOOTSTRAP_FULL);
        backdrop_save_session(false);
    }

    public function roles(): array
    {
        $roles = [];
        foreach (array_keys(user_roles(true)) as $name) {
            if ($name !== BACKDROP_AUTHENTICATED_ROLE) {
                $roles[$name] = array_values(user_role_permissions([$name]));
            }
        }
        return $roles;
    }

    public function rolesOf($user): array
    {
        return array_values(array_diff($user->roles, [BACKDROP_AUTHENTICATED_ROLE]));
    }

    public function languageOf($user)
    {
        // The column is `language`, whatever the class says.
        $code = (string) ($user->language ?? '');
        return in_array($code, ['', LANGUAGE_NONE], true) ? null : $code;
    }

    public function languages(): array
    {
        return array_keys(language_list(true));
    }

    public function save($user, array $changes): int
    {
        if (isset($changes['roles'])) {
            $changes['roles'][] = BACKDROP_AUTHENTICATED_ROLE;
        }
        $user = $user ?: entity_create('user', []);
        foreach ($changes as $name => $value) {
            $user->$name = $value;
        }
        if ($user->save() === false) {
            throw new Refusal('not_saved');
        }
        return (int) $user->uid;
    }

    /** Backdrop throws where a name is an address, and another one: it is asked beforehand. */
    public function together(string $name, string $mail): bool
    {
        return $name === $mail
            || !valid_email_address($name)
            || !config_get('system.core', 'user_email_match');
    }

    public function forget()
    {
        backdrop_static_reset('user_roles');
        entity_get_controller('user')->resetCache();
    }
}
