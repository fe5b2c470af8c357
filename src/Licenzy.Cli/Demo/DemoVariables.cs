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

    public void Dispose() => File.Delete(_path);

    private static void Write(string path, DemoShop shop)
    {
        // Whole or not there: whoever waits for the file never reads half of it.
        var unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(unfinished, options))
        {
            writer.Write($"export LICENZY_URL={shop.Server.BaseAddress.AbsoluteUri.TrimEnd('/')}\n");
            writer.Write($"export LICENZY_ADMIN_KEY={shop.Server.AdminKey}\n");
            writer.Write($"export LICENZY_KEY={shop.Server.TestKey}\n");
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
