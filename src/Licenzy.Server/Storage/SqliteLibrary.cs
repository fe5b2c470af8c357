using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Licenzy.Server.Storage;

/// <summary>
/// SQLite is the operating system's library, kept safe by its updates. The bundled copies that the provider's version would bring carry
/// CVE-2025-6965, so none is shipped.
/// </summary>
internal static class SqliteLibrary
{
    private static readonly Version Oldest = new(3, 35);
    private static readonly Lock Gate = new();
    private static string? _path;
    private static bool _resolving;
    private static bool _ready;

    /// <summary>Loads the library once a process; throws one clear sentence where it is missing or too old.</summary>
    public static void Load(string? path)
    {
        lock (Gate)
        {
            if (_ready)
            {
                return;
            }

            _path = path;
            try
            {
                if (!_resolving)
                {
                    // May be set once an assembly, so a first failure must not forbid a second try.
                    NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
                    _resolving = true;
                }

                raw.SetProvider(new SQLite3Provider_e_sqlite3());
            }
            catch (DllNotFoundException missing)
            {
                throw new InvalidOperationException($"SQLite was not found{(path is null ? "" : $" at {path}")}. {HowToInstall}", missing);
            }

            var version = Version.Parse(raw.sqlite3_libversion().utf8_to_string());
            if (version < Oldest)
            {
                throw new InvalidOperationException($"SQLite {version} is older than {Oldest}, the oldest Licenzy works with. {HowToInstall}");
            }

            _ready = true;
        }
    }

    private static string HowToInstall =>
        OperatingSystem.IsLinux() ? "Install it (Debian: apt-get install libsqlite3-0; Alpine: apk add sqlite-libs), or set Licenzy:Sqlite:Library to its path."
        : "It is part of the operating system; set Licenzy:Sqlite:Library to its path if it lies elsewhere.";

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != "e_sqlite3")
        {
            return 0;
        }

        string[] candidates = _path is not null ? [_path]
            : OperatingSystem.IsWindows() ? ["winsqlite3.dll"]
            : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"]
            : ["libsqlite3.so.0", "libsqlite3.so"];
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
