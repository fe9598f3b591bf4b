<?php

namespace Latchkey;

/**
 * The commands: each takes the line's values and gives those of the answer, or throws Refusal.
 */
final class Accounts
{
    const COMMANDS = ['about', 'find', 'list', 'create', 'update', 'tell', 'link'];
    const LETTERS = ['register_admin_created', 'password_reset', 'status_activated'];
    const MOST = 500;
    const LOCK = 'latchkey_accounts';
    // In seconds: one that died holding it is outlived by whoever waits.
    const HELD = 10.0;
    const WAITED = 12;

    /** @var Cms */
    private $cms;
    /** @var Fields */
    private $fields;
    /** @var array<string, string[]>|null powers by role, kept while one line is answered */
    private $powers;

    public function __construct(Cms $cms)
    {
        $this->cms = $cms;
        $this->fields = new Fields();
    }

    /** Look anew at what may have changed since the last line. */
    public function forget()
    {
        $this->powers = null;
        $this->cms->forget();
    }

    /** What the site offers: roles with the powers they give, fields, languages, whose hands. */
    public function about(): array
    {
        return [
            'site' => $GLOBALS['base_url'],
            'password_page' => url('user/password', ['absolute' => true]),
            'roles' => (object) $this->powers(),
            'fields' => array_keys($this->fields->columns()),
            'languages' => $this->cms->languages(),
            'user' => Process::user(),
        ];
    }

    /** The accounts with these ids, addresses or names; the last two whatever their case. */
    public function find(array $asked): array
    {
        $ids = array_map('intval', $asked['ids'] ?? []);
        foreach (['mail' => 'mails', 'name' => 'names'] as $column => $key) {
            $wanted = array_map([Process::class, 'lower'], $asked[$key] ?? []);
            $ids = array_merge($ids, $this->having($column, $wanted));
        }
        return ['accounts' => $this->shown($ids)];
    }

    /** The next accounts by id; `last` is what to ask on with, null at the end. */
    public function list(array $asked): array
    {
        $count = min(self::MOST, max(1, (int) ($asked['count'] ?? self::MOST)));
        $after = max(0, (int) ($asked['after'] ?? 0));
        $query = 'SELECT uid FROM {users} WHERE uid > :after ORDER BY uid';
        $ids = db_query_range($query, 0, $count, [':after' => $after])->fetchCol();
        $last = count($ids) < $count ? null : (int) end($ids);
        return ['accounts' => $this->shown($ids), 'last' => $last];
    }

    public function create(array $asked): array
    {
        $name = (string) ($asked['name'] ?? '');
        $mail = (string) ($asked['mail'] ?? '');
        $this->checkName($name, $mail);
        $this->checkMail($mail, $name);
        $changes = $this->changes($asked + ['roles' => [], 'password' => '']);
        return $this->alone(function () use ($name, $mail, $changes) {
            $this->checkFree('mail', $mail, 0);
            $this->checkFree('name', $name, 0);
            $own = ['name' => $name, 'mail' => $mail, 'init' => $mail, 'status' => 1, 'created' => time()];
            return $this->one($this->cms->save(null, $own + $changes));
        });
    }

    public function update(array $asked): array
    {
        return $this->alone(function () use ($asked) {
            $user = $this->user($asked);
            if ((int) $user->uid === 1) {
                throw new Refusal('protected_user');
            }
            $changes = $this->changes($asked);
            if (isset($asked['mail'])) {
                $this->checkMail((string) $asked['mail'], $user->name);
                $this->checkFree('mail', (string) $asked['mail'], (int) $user->uid);
                $changes['mail'] = (string) $asked['mail'];
            }
            if (isset($asked['active']) && (bool) $user->status !== (bool) $asked['active']) {
                $changes['status'] = (int) (bool) $asked['active'];
            }
            return $this->one($changes ? $this->cms->save($user, $changes) : (int) $user->uid);
        });
    }

    /** Send one of the CMS's own letters, with a one-time link; says which. */
    public function tell(array $asked): array
    {
        $user = $this->user($asked);
        $letter = $asked['letter'] ?? ($user->login ? 'password_reset' : 'register_admin_created');
        if (!in_array($letter, self::LETTERS, true)) {
            throw new Refusal('unknown_letter');
        }
        if (!$user->status) {
            throw new Refusal('blocked');
        }
        $sent = _user_mail_notify($letter, $user);
        if ($sent === null) {
            throw new Refusal('mail_off', ['what' => $letter]);
        }
        if (!$sent) {
            throw new Refusal('mail_failed', ['what' => $letter]);
        }
        return ['letter' => $letter];
    }

    /** A link that lets its owner in once. */
    public function link(array $asked): array
    {
        $user = $this->user($asked);
        if (!$user->status || (int) $user->uid === 1) {
            throw new Refusal($user->status ? 'protected_user' : 'blocked');
        }
        return ['link' => user_pass_reset_url($user)];
    }

    private function changes(array $asked): array
    {
        $changes = $this->fields->stored((array) ($asked['fields'] ?? []));
        if (isset($asked['password'])) {
            if (trim((string) $asked['password']) === '') {
                throw new Refusal('bad_password');
            }
            $changes['pass'] = (string) $asked['password'];
        }
        if (isset($asked['roles'])) {
            foreach (array_diff((array) $asked['roles'], array_keys($this->cms->roles())) as $unknown) {
                throw new Refusal('unknown_role', ['what' => (string) $unknown]);
            }
            $changes['roles'] = array_values((array) $asked['roles']);
        }
        $language = array_intersect((array) ($asked['languages'] ?? []), $this->cms->languages());
        if ($language) {
            $changes['language'] = reset($language);
        }
        return $changes;
    }

    private function checkName(string $name, string $mail)
    {
        if (user_validate_name($name) || !$this->cms->together($name, $mail)) {
            throw new Refusal('bad_name');
        }
    }

    private function checkMail(string $mail, string $name)
    {
        $valid = valid_email_address($mail) && strlen($mail) <= 254;
        if (!$valid || !$this->cms->together($name, $mail)) {
            throw new Refusal('bad_mail');
        }
    }

    /** As the CMS's own forms compare, which is as its database does. */
    private function checkFree(string $column, string $value, int $except)
    {
        $found = db_query(
            "SELECT uid FROM {users} WHERE uid <> :except AND LOWER($column) = :value",
            [':except' => $except, ':value' => Process::lower($value)]
        )->fetchField();
        if ($found) {
            throw new Refusal("duplicate_$column", ['account' => $this->one((int) $found)['account']]);
        }
    }

    private function having(string $column, array $values): array
    {
        if (!$values) {
            return [];
        }
        $query = "SELECT uid FROM {users} WHERE LOWER($column) IN (:values) AND uid > 0";
        return db_query($query, [':values' => array_values(array_unique($values))])->fetchCol();
    }

    private function user(array $asked)
    {
        $id = (int) ($asked['id'] ?? 0);
        $users = $id > 0 ? $this->cms->load([$id]) : [];
        if (!$users) {
            throw new Refusal('no_such_user');
        }
        return reset($users);
    }

    private function one(int $id): array
    {
        return ['account' => $this->shown([$id])[0]];
    }

    private function shown(array $ids): array
    {
        $users = $this->cms->load(array_values(array_unique($ids)));
        ksort($users);
        return array_map([$this, 'row'], array_values($users));
    }

    private function powers(): array
    {
        if ($this->powers === null) {
            $this->powers = array_map([$this->cms, 'powers'], $this->cms->roles());
        }
        return $this->powers;
    }

    private function powersOf($user): array
    {
        $powers = (int) $user->uid === 1 ? ['everything, as user 1'] : [];
        foreach ($this->cms->rolesOf($user) as $role) {
            $powers = array_merge($powers, $this->powers()[$role] ?? []);
        }
        return array_values(array_unique($powers));
    }

    private function row($user): array
    {
        return [
            'id' => (int) $user->uid,
            'name' => $user->name,
            'mail' => (string) $user->mail,
            'active' => (bool) $user->status,
            'roles' => $this->cms->rolesOf($user),
            'powers' => $this->powersOf($user),
            'fields' => (object) $this->fields->of($user),
            'language' => $this->cms->languageOf($user),
            'login' => (int) $user->login,
        ];
    }

    /** The CMS looks for a taken name and then takes it: nobody else of ours may do so meanwhile. */
    private function alone(callable $act): array
    {
        $ours = lock_acquire(self::LOCK, self::HELD)
            || (!lock_wait(self::LOCK, self::WAITED) && lock_acquire(self::LOCK, self::HELD));
        if (!$ours) {
            throw new Refusal('busy');
        }
        try {
            return $act();
        } finally {
            lock_release(self::LOCK);
        }
    }
}
