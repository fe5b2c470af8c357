namespace Licenzy;

/// <summary>Where the server is and how patiently it is asked; checked when the application starts.</summary>
public abstract class LicenzyConnectionOptions
{
    /// <summary>The server's address, such as <c>https://licenzy.example.com</c>; a path is kept. <c>http://</c> is refused except on loopback, since the key would be readable on the way.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The longest a call may take with all its tries, 10 milliseconds to 1 day; default 30 seconds.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest one try may take, body included; at least 10 milliseconds and at most <see cref="TotalTimeout"/>; default 10 seconds.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Tries after the first, 0 to 10; default 3. Only what is safe to repeat is tried again.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The wait before the first retry, doubled for each further one and spread by chance; 0 to 1 minute, default 2 seconds.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The longest <c>Retry-After</c> that is waited for; default 10 seconds. A server that asks for more is not asked again,
    /// and the wait it named is in <see cref="LicenzyApiException.RetryAfter"/>.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(10);
}
