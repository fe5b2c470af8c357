using System.Diagnostics;

namespace Licenzy.Conventions.Tests.Source;

/// <summary>The repository these tests were built from: the first folder above them that holds the solution.</summary>
internal static class RepositoryRoot
{
    private static readonly TimeSpan GitPatience = TimeSpan.FromSeconds(20);
    private static readonly HashSet<string> Unkept = [".git", "bin", "obj", "TestResults", "artifacts", ".vs", ".idea", ".vscode"];
    private static readonly Lazy<IReadOnlyList<string>> Kept = new(() => FromGit() ?? [.. Walk(Folder!)]);

    public static string Folder { get; } = Find();

    /// <summary>Every file of the repository, as git keeps it (in an export without git: what is there), relative, with slashes.</summary>
    public static IReadOnlyList<string> Files => Kept.Value;

    public static string Read(string path) => File.ReadAllText(Path.Combine(Folder, path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Folder, path));

    /// <summary>Files below a folder that git may not know yet, so that a new one is judged before it is committed.</summary>
    public static IReadOnlyList<SourceFile> Sources(string folder, params string[] endings) =>
    [
        .. Walk(Path.Combine(Folder, folder))
            .Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, Read(path))),
    ];

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Licenzy.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("Licenzy.sln is in no folder above the tests: run them from a build inside the repository.");
    }

    private static IEnumerable<string> Walk(string folder)
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.GetFiles(folder))
            yield return Path.GetRelativePath(Folder, file).Replace('\\', '/');
        foreach (var file in Directory.GetDirectories(folder).Where(inner => !Unkept.Contains(Path.GetFileName(inner))).SelectMany(Walk))
            yield return file;
    }

    private static List<string>? FromGit()
    {
        try
        {
            // A checkout owned by another user, as on CI, is still the one these tests were built from.
            var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", "ls-files", "-z"])
            {
                WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            using var git = Process.Start(start)!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            var names = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            return git.WaitForExit(GitPatience) && git.ExitCode == 0 && names.Length > 0 ? [.. names.Where(Exists)] : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
