namespace Licenzy.Server.Tests.Engines;

/// <summary>Where the tests get PostgreSQL from: a server somebody named, else this machine's binaries, else nowhere.</summary>
internal sealed record PostgresSource(string? ConnectionString, PostgresBinaries? Binaries, bool IsMandatory)
{
    public const string Variable = "LICENZY_TEST_POSTGRES";

    public const string Fix =
        "No PostgreSQL here, so its tests did not run: apt-get install postgresql, "
        + "or set LICENZY_TEST_POSTGRES to the connection string of a server on which databases may be created.";

    public bool IsAvailable => ConnectionString is not null || Binaries is not null;

    public static PostgresSource OfThisMachine() => From(Environment.GetEnvironmentVariable, PostgresBinaries.Folders());

    public static PostgresSource From(Func<string, string?> environment, IEnumerable<string> folders)
    {
        var given = environment(Variable);
        var mandatory = string.Equals(environment("CI"), "true", StringComparison.OrdinalIgnoreCase);
        return string.IsNullOrWhiteSpace(given)
            ? new PostgresSource(null, PostgresBinaries.FindIn(folders), mandatory)
            : new PostgresSource(given, null, mandatory);
    }
}
