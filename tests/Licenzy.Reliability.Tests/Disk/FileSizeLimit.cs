using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Licenzy.Reliability.Tests.Disk;

/// <summary>How long a file a running process may write: beyond it a write fails as it does where the disk is full.</summary>
internal static class FileSizeLimit
{
    private const int FileSize = 1;
    private const ulong Endless = ulong.MaxValue;

    /// <summary>Skips the test where the system cannot say it to another process.</summary>
    public static void Require()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("Only Linux lets one process set another's limits (prlimit).");
    }

    public static void Set(int processId, ulong bytes) => SetLimit(processId, new Limit(bytes, Endless));

    public static void Lift(int processId) => SetLimit(processId, new Limit(Endless, Endless));

    private static void SetLimit(int processId, Limit limit)
    {
        if (SetLimit(processId, FileSize, in limit, nint.Zero) != 0)
            throw new Win32Exception();
    }

    [DllImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int processId, int resource, in Limit limit, nint before);

    // The first may be moved up to the second; nobody lowers the second, so that it can be moved back.
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Now, ulong Highest);
}
