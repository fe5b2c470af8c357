namespace Licenzy.Server.Storage;

/// <summary>Files and folders that only the server's own user may read. What the system does not allow is one sentence that names the settings.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes an empty file with mode 0600, unless it exists.</summary>
    public static void Create(string path)
    {
        if (!File.Exists(path))
        {
            using var file = Allowed(path, () => Open(path, FileMode.CreateNew));
        }
    }

    /// <summary>Holds a file with mode 0600 open for this process alone; <see langword="null"/> where another holds it.</summary>
    public static FileStream? Hold(string path) => Allowed(path, () =>
    {
        try
        {
            return Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (IsHeld(held))
        {
            return null;
        }
    });

    /// <summary>Writes a file that has mode 0600 from its first byte.</summary>
    public static void Write(string path, string text)
    {
        using var writer = Allowed(path, () =>
        {
            // An older file would keep its mode, and a link would lead elsewhere.
            File.Delete(path);
            return new StreamWriter(Open(path, FileMode.CreateNew));
        });
        writer.Write(text);
    }

    /// <summary>The text of a file.</summary>
    public static string Read(string path) => Allowed(path, () => File.ReadAllText(path));

    /// <summary>Makes a folder with mode 0700, unless it exists.</summary>
    public static void CreateDirectory(string path) => Allowed(path, () =>
        OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute));

    private static T Allowed<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new InvalidOperationException(
                $"{Path.GetFullPath(path)} cannot be made, read or written here: {refused.Message} Name a folder that this user may write with Licenzy:DataDirectory (--data), or another file with Licenzy:Database (--database).",
                refused);
        }
    }

    // A lock of another process: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows. A read-only disk is something else.
    private static bool IsHeld(IOException failure) => (failure.HResult & 0xFFFF) == (OperatingSystem.IsWindows() ? 32 : OperatingSystem.IsMacOS() ? 35 : 11);

    private static FileStream Open(string path, FileMode mode, FileAccess access = FileAccess.Write, FileShare share = FileShare.Read)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
