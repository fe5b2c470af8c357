namespace Licenzy.Cli.Demo;

/// <summary>The demo's addresses and keys in a file that a shell can read; its owner's only, and gone with the demo.</summary>
internal sealed class DemoVariables : IDisposable
{
    private readonly string _path;

    public DemoVariables(string path, DemoShop shop)
    {
        _path = path;
        Write(path, shop);
    }

    /// <summary>Whether the file could be written; what is there stays until there is something to write.</summary>
    public static void Try(FileInfo? file)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            Begin(file.FullName).Dispose();
            File.Delete(Unfinished(file.FullName));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"--env-file {file.FullName} cannot be written: name a file in a folder that is there and is yours.", refused);
        }

        if (Directory.Exists(file.FullName))
        {
            throw new IOException($"--env-file {file.FullName} is a folder: name a file.");
        }
    }

    public void Dispose() => File.Delete(_path);

    private static void Write(string path, DemoShop shop)
    {
        using (var writer = Begin(path))
        {
            writer.Write($"export LICENZY_URL={shop.Server.BaseAddress.AbsoluteUri.TrimEnd('/')}\n");
            writer.Write($"export LICENZY_ADMIN_KEY={shop.Server.AdminKey}\n");
            writer.Write($"export LICENZY_KEY={shop.Server.TestKey}\n");
        }

        // Whole or not there: whoever waits for the file never reads half of it.
        File.Move(Unfinished(path), path, overwrite: true);
    }

    private static string Unfinished(string path) => path + ".new";

    private static StreamWriter Begin(string path)
    {
        File.Delete(Unfinished(path));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new StreamWriter(Unfinished(path), options);
    }
}
