<?php

namespace Latchkey;

/**
 * The fields of users that hold one plain value, by their machine names.
 */
final class Fields
{
    // A field's value lies in the first of these columns that it has.
    const COLUMNS = ['value', 'email', 'url'];

    /** @return string[] columns by field */
    public function columns(): array
    {
        $columns = [];
        foreach (field_info_instances('user', 'user') as $name => $instance) {
            $field = field_info_field($name);
            $has = array_intersect(self::COLUMNS, array_keys($field['columns'] ?? []));
            if ($has) {
                $columns[$name] = reset($has);
            }
        }
        return $columns;
    }

    /** @return string[] the values of a loaded user; empty fields are left out */
    public function of($user): array
    {
        $values = [];
        foreach ($this->columns() as $name => $column) {
            $value = $user->$name[LANGUAGE_NONE][0][$column] ?? null;
            if ($value !== null && $value !== '') {
                $values[$name] = (string) $value;
            }
        }
        return $values;
    }

    /** The values as the CMS stores them; an empty one empties the field. Throws Refusal. */
    public function stored(array $values): array
    {
        $columns = $this->columns();
        $stored = [];
        foreach ($values as $name => $value) {
            if (!isset($columns[$name])) {
                throw new Refusal('unknown_field', ['what' => (string) $name]);
            }
            if (!is_scalar($value)) {
                throw new Refusal('bad_field', ['what' => $name]);
            }
            $items = (string) $value === '' ? [] : [[$columns[$name] => (string) $value]];
            $stored[$name] = [LANGUAGE_NONE => $items];
            $this->check($name, $stored[$name]);
        }
        return $stored;
    }

    private function check(string $name, array $items)
    {
        $field = field_info_field($name);
        $value = $items[LANGUAGE_NONE][0]['value'] ?? '0';
        if (strpos($field['type'], 'number_') === 0 && !is_numeric($value)) {
            throw new Refusal('bad_field', ['what' => $name]);
        }
        $user = (object) ['uid' => 0, 'is_new' => true, $name => $items];
        try {
            field_attach_validate('user', $user, ['field_name' => $name]);
        } catch (\FieldValidationException $error) {
            throw new Refusal('bad_field', ['what' => $name]);
        }
    }
}
