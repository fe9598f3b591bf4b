<?php

namespace Latchkey;

/**
 * What stands against a command, by a code that other programs rely on: codes are never renamed.
 */
final class Refusal extends \RuntimeException
{
    /** @var array<string, mixed> */
    public $details;

    public function __construct(string $code, array $details = [])
    {
        parent::__construct($code);
        $this->details = $details;
    }
}

/**
 * The site cannot be used at all; said instead of the greeting.
 */
final class Unusable extends \RuntimeException
{
    /** @var string */
    public $what;

    public function __construct(string $code, string $what = '')
    {
        parent::__construct($code);
        $this->what = $what;
    }
}
