namespace Licenzy.Server.Storage;

/// <summary>Files and folders that only the server's own user may read.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes an empty file with mode 0600, unless it exists.</summary>
    public static void Create(string path)
    {
        if (!File.Exists(path))
        {
            using var file = Open(path, FileMode.CreateNew);
        }
    }

    /// <summary>Holds a file with mode 0600 open for this process alone; another holder makes it an <see cref="IOException"/>.</summary>
    public static FileStream Hold(string path) => Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Writes a file that has mode 0600 from its first byte.</summary>
    public static void Write(string path, string text)
    {
        // An older file would keep its mode, and a link would lead elsewhere.
        File.Delete(path);
        using var writer = new StreamWriter(Open(path, FileMode.CreateNew));
        writer.Write(text);
    }

    /// <summary>Makes a folder with mode 0700, unless it exists.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

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
