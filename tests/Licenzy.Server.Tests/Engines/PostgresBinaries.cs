namespace Licenzy.Server.Tests.Engines;

/// <summary>A folder with the programs of one PostgreSQL version: <c>initdb</c> and <c>postgres</c>, not only <c>psql</c>.</summary>
internal sealed record PostgresBinaries(string Folder)
{
    // Debian, Fedora, Homebrew, Postgres.app: each keeps a folder a version, and Debian keeps it off PATH.
    private static readonly (string Parent, string Inside)[] Versioned =
    [
        ("/usr/lib/postgresql", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ];

    public string Initdb => Path.Combine(Folder, "initdb");

    public string Postgres => Path.Combine(Folder, "postgres");

    public static PostgresBinaries? FindIn(IEnumerable<string> folders)
    {
        foreach (var folder in folders)
        {
            // A link on PATH is followed: initdb looks for its share files beside the real program.
            var program = new FileInfo(Path.Combine(folder, "initdb"));
            if (!program.Exists)
                continue;
            var target = program.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? program.FullName;
            var found = new PostgresBinaries(Path.GetDirectoryName(target)!);
            if (File.Exists(found.Initdb) && File.Exists(found.Postgres))
                return found;
        }

        return null;
    }

    /// <summary>PATH first, so that a developer's choice wins; then the usual places, the newest version first.</summary>
    public static IEnumerable<string> Folders() =>
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        .. Versioned.Where(place => Directory.Exists(place.Parent)).SelectMany(NewestFirst),
        "/usr/pgsql/bin",
        "/usr/local/pgsql/bin",
    ];

    private static IEnumerable<string> NewestFirst((string Parent, string Inside) place) =>
        Directory.GetDirectories(place.Parent)
            .OrderByDescending(folder => folder.Length)
            .ThenByDescending(folder => folder, StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, place.Inside));
}
