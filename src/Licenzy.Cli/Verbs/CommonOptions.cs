using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Licenzy.Cli.Verbs;

/// <summary>Options that several verbs take, each with the environment variable that stands in for it.</summary>
internal static class CommonOptions
{
    private static readonly string[] Times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    public static Option<Uri> Url() => new("--url")
    {
        Description = "The server's address; else LICENZY_URL, else http://127.0.0.1:5080.",
        DefaultValueFactory = result => Address(Environment.GetEnvironmentVariable("LICENZY_URL") ?? Serving.ServerHost.DefaultUrls, result),
        CustomParser = result => Address(result.Tokens[0].Value, result),
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON for a program to read." };

    public static Option<string?> Workspace() => new("--workspace")
    {
        Description = "The workspace, ws_…; else LICENZY_WORKSPACE, else the account's oldest.",
        HelpName = "ws_…",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("LICENZY_WORKSPACE"),
    };

    /// <summary>An instant in the words of the API, or a day: nothing that two people, or two machines, could read as two instants.</summary>
    public static Option<DateTimeOffset?> Instant(string name, string description) => new(name)
    {
        Description = $"{description} UTC: 2027-01-31T00:00:00Z, or 2027-01-31 for its beginning.",
        HelpName = "time",
        CustomParser = result => InstantOf(name, result),
    };

    /// <summary>The same where it stands without a name.</summary>
    public static Argument<DateTimeOffset?> InstantArgument(string name, string description) => new(name)
    {
        Description = $"{description} UTC: 2027-01-31T00:00:00Z, or 2027-01-31 for its beginning.",
        CustomParser = result => InstantOf(name, result),
    };

    public static SecretOption Secret(string name, string variable, string what) => new(name, variable, what);

    private static DateTimeOffset? InstantOf(string name, ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
        {
            return instant;
        }

        result.AddError($"{name} is '{text}', which is not an ISO 8601 time in UTC. Write 2027-01-31T00:00:00Z, or 2027-01-31 for the beginning of that day in UTC.");
        return null;
    }

    private static Uri Address(string text, ArgumentResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        result.AddError($"'{text}' is not the address of a server; give one such as {Serving.ServerHost.DefaultUrls}.");
        return null!;
    }

    /// <summary>A person waits at the prompt: one quick retry, then the truth.</summary>
    public static T Impatient<T>(T options)
        where T : LicenzyConnectionOptions
    {
        (options.MaxRetries, options.RetryDelay) = (1, TimeSpan.FromMilliseconds(200));
        return options;
    }

    /// <summary>Runs what talks to the server; a refusal is one line and exit code 1.</summary>
    public static async Task<int> TalkAsync(Func<Task<int>> talk)
    {
        try
        {
            return await talk().ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is LicenzyApiException or Microsoft.Extensions.Options.OptionsValidationException or MissingSecretException or NotThereException or NotNowException or ArgumentException)
        {
            Console.Error.WriteLine($"licenzy: {RefusalText.Of(refused)}");
            return 1;
        }
    }
}
