<?php

namespace Latchkey;

/**
 * What there is to know and to set about the process that runs this.
 */
final class Process
{
    // As a page of the site would be asked for, which is how the CMS knows its host and address.
    public static function pretend(string $uri)
    {
        $parts = parse_url($uri) ?: [];
        $path = rtrim($parts['path'] ?? '', '/');
        $secure = ($parts['scheme'] ?? '') === 'https';
        $port = isset($parts['port']) ? ':' . $parts['port'] : '';
        $_SERVER = [
            'HTTP_HOST' => ($parts['host'] ?? 'localhost') . $port,
            'HTTPS' => $secure ? 'on' : 'off',
            'PHP_SELF' => "$path/index.php",
            'QUERY_STRING' => '',
            'REMOTE_ADDR' => '127.0.0.1',
            'REQUEST_METHOD' => 'GET',
            'REQUEST_TIME' => time(),
            'REQUEST_URI' => "$path/",
            'SCRIPT_FILENAME' => getcwd() . '/index.php',
            'SCRIPT_NAME' => "$path/index.php",
            'SERVER_NAME' => $parts['host'] ?? 'localhost',
            'SERVER_PORT' => (string) ($parts['port'] ?? ($secure ? 443 : 80)),
            'SERVER_PROTOCOL' => 'HTTP/1.1',
        ] + $_SERVER;
        unset($_SERVER['SERVER_SOFTWARE']);
    }

    /** Nothing but our own lines reaches standard output; notices reach nobody. */
    public static function quieten()
    {
        error_reporting(E_ALL & ~E_NOTICE & ~E_WARNING & ~E_DEPRECATED & ~E_USER_DEPRECATED);
        ini_set('display_errors', 'stderr');
        ini_set('html_errors', '0');
        ini_set('zend.exception_ignore_args', '1');
    }

    public static function lower(string $text): string
    {
        return function_exists('mb_strtolower') ? mb_strtolower($text, 'UTF-8') : strtolower($text);
    }

    public static function user(): string
    {
        $known = function_exists('posix_geteuid') ? posix_getpwuid(posix_geteuid()) : false;
        return $known ? $known['name'] : get_current_user();
    }
}

/**
 * The greeting, and then one line for each line.
 */
final class Conversation
{
    const VERSION = 1;
    const OLDEST_PHP = 70400;
    const PATIENCE = 60;

    /** @var bool */
    private $greeted = false;

    public function hold()
    {
        ob_start(function () {
            return '';
        });
        Process::quieten();
        register_shutdown_function(function () {
            // The CMS ended the process: it sends visitors elsewhere when it is not installed.
            $this->greet(['error' => 'bootstrap_ended']);
        });
        $settings = (array) json_decode((string) fgets(STDIN), true);
        try {
            $cms = $this->started((string) ($settings['root'] ?? ''), (string) ($settings['uri'] ?? ''));
        } catch (Unusable $error) {
            return $this->greet(['error' => $error->getMessage(), 'what' => $error->what]);
        } catch (\Throwable $error) {
            return $this->greet(['error' => 'bootstrap_failed', 'what' => get_class($error)]);
        }
        Process::quieten();
        $this->greet(['cms' => $cms->name(), 'version' => $cms->version(), 'php' => PHP_VERSION]);
        $this->answerAll($cms);
    }

    private function started(string $root, string $uri): Cms
    {
        if (PHP_VERSION_ID < self::OLDEST_PHP) {
            throw new Unusable('old_php', PHP_VERSION);
        }
        $cms = $this->found(rtrim($root, '/'));
        chdir($root);
        Process::pretend($uri);
        $cms->prepare();
        if (!is_readable($cms->settings())) {
            throw new Unusable('settings_unreadable', $cms->settings());
        }
        $cms->bootstrap();
        return $cms;
    }

    private function found(string $root): Cms
    {
        if (Drupal7::isAt($root)) {
            return new Drupal7($root);
        }
        if (Backdrop::isAt($root)) {
            return new Backdrop($root);
        }
        if (is_file("$root/core/lib/Drupal.php")) {
            throw new Unusable('other_cms', 'Drupal 8 or later');
        }
        throw new Unusable(is_dir($root) ? 'no_cms' : 'no_root', $root);
    }

    private function greet(array $said)
    {
        if (!$this->greeted) {
            $this->greeted = true;
            $this->say(['latchkey' => self::VERSION] + $said);
        }
    }

    private function answerAll(Cms $cms)
    {
        $accounts = new Accounts($cms);
        while (($line = $this->heard()) !== false) {
            $asked = json_decode($line, true);
            $answer = is_array($asked) ? $this->answer($accounts, $asked) : self::refused('bad_line');
            $this->say(['ref' => $asked['ref'] ?? null] + $answer);
            $accounts->forget();
        }
    }

    /** The next line; false at the end, and when nobody has asked for long. */
    private function heard()
    {
        $read = [STDIN];
        $none = null;
        return stream_select($read, $none, $none, self::PATIENCE) ? fgets(STDIN) : false;
    }

    private function answer(Accounts $accounts, array $asked): array
    {
        $op = $asked['op'] ?? '';
        if (!in_array($op, Accounts::COMMANDS, true)) {
            return self::refused('unknown_command');
        }
        try {
            return ['ok' => true] + $accounts->$op($asked);
        } catch (Refusal $refusal) {
            return self::refused($refusal->getMessage(), $refusal->details);
        } catch (\Throwable $error) {
            // Its message may quote what was asked, a password too.
            return self::refused('failed', ['what' => get_class($error)]);
        }
    }

    private static function refused(string $code, array $details = []): array
    {
        return ['ok' => false, 'error' => $code] + $details;
    }

    private function say(array $answer)
    {
        $flags = JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE;
        // A line of its own, also where a mail program has printed something before.
        fwrite(STDOUT, "\n" . json_encode($answer, $flags) . "\n");
        fflush(STDOUT);
    }
}

(new Conversation())->hold();
