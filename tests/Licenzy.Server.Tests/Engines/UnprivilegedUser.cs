namespace Licenzy.Server.Tests.Engines;

/// <summary>PostgreSQL refuses to run as root. As root, commands go through another user; otherwise they are run as they are.</summary>
internal sealed record UnprivilegedUser(string? Name, IReadOnlyList<string> Prefix)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static UnprivilegedUser ForThisProcess() =>
        Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows()
            ? ForRoot(File.ReadAllText("/etc/passwd"), OnPath)
            : new UnprivilegedUser(null, []);

    public static UnprivilegedUser ForRoot(string accounts, Func<string, bool> has)
    {
        // The package's own account, else the one that owns nothing.
        var name = accounts.Split('\n').Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        string[] prefix =
            has("runuser") ? ["runuser", "-u", name, "--"]
            : has("setpriv") ? ["setpriv", $"--reuid={name}", $"--regid={name}", "--clear-groups", "--"]
            : ["su", "-s", "/bin/sh", name, "-c", "exec \"$0\" \"$@\"", "--"];
        return new UnprivilegedUser(name, prefix);
    }

    public async Task OwnAsync(string directory)
    {
        if (Name is not null)
            await Command.RunAsync(["chown", "-R", Name, directory], Patience);
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/sbin")
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
