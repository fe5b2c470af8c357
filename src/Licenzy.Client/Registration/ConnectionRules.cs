namespace Licenzy.Registration;

/// <summary>What both clients' options must fulfil. A message names the setting, its value and the fix, and never a key.</summary>
internal static class ConnectionRules
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static IEnumerable<string> Check(LicenzyConnectionOptions options, string at)
    {
        if (CheckAddress(options.BaseAddress, at) is { } address)
            yield return address;
        if (options.TotalTimeout < Shortest || options.TotalTimeout > Longest)
            yield return $"{at}TotalTimeout is {options.TotalTimeout}. Set it between 00:00:00.010 and 1.00:00:00.";
        if (options.AttemptTimeout < Shortest || options.AttemptTimeout > options.TotalTimeout)
            yield return $"{at}AttemptTimeout is {options.AttemptTimeout}. Set it between 00:00:00.010 and TotalTimeout, {options.TotalTimeout}.";
        if (options.MaxRetries is < 0 or > 10)
            yield return $"{at}MaxRetries is {options.MaxRetries}. Set it between 0 and 10.";
        if (options.RetryDelay < TimeSpan.Zero || options.RetryDelay > TimeSpan.FromMinutes(1))
            yield return $"{at}RetryDelay is {options.RetryDelay}. Set it between 00:00:00 and 00:01:00.";
        if (options.MaxRetryAfter < TimeSpan.Zero || options.MaxRetryAfter > Longest)
            yield return $"{at}MaxRetryAfter is {options.MaxRetryAfter}. Set it between 00:00:00 and 1.00:00:00.";
    }

    private static string? CheckAddress(Uri? address, string at)
    {
        if (address is null)
            return $"{at}BaseAddress is not set. Set it to the server's address, such as https://licenzy.example.com.";
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
            return $"{at}BaseAddress is '{address.OriginalString}'. Set it to a whole address, such as https://licenzy.example.com.";
        // The address is not repeated here: what stands before the @ may be a password.
        if (address.UserInfo.Length > 0)
            return $"{at}BaseAddress holds a user name or password. Remove it: the key alone is the credential.";
        if (address.Query.Length > 0 || address.Fragment.Length > 0)
            return $"{at}BaseAddress is '{address}'. Remove what follows the path.";
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
            return $"{at}BaseAddress is '{address}', and http:// would show the key to the network. Use https://; http:// is for this machine's own addresses only.";
        return null;
    }

    public static string? CheckKey(string? key, string at, string[] prefixes, string source)
    {
        var wanted = string.Join(" or ", prefixes.Select(prefix => prefix + "…"));
        if (string.IsNullOrEmpty(key))
            return $"{at} is not set. Set it to {wanted}, {source}.";
        if (!prefixes.Any(prefix => key!.StartsWith(prefix, StringComparison.Ordinal)))
            return $"{at} begins with '{PrefixOf(key!)}'. Set it to {wanted}, {source}.";
        if (key!.Any(c => c is <= ' ' or > '~'))
            return $"{at} holds a blank, a line end or a character outside ASCII. Set it to the key alone.";
        return null;
    }

    // Three words at most and only known ones: what does not look like a prefix may already be the secret.
    private static string PrefixOf(string key) =>
        KnownPrefixes.FirstOrDefault(prefix => key.StartsWith(prefix, StringComparison.Ordinal)) ?? "something else";

    private static readonly string[] KnownPrefixes =
        ["lz_test_", "lz_live_", "lz_admin_", "sk_test_", "sk_live_", "pk_test_", "pk_live_", "rk_test_", "rk_live_", "whsec_"];
}
