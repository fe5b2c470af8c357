using Licenzy.Testing;

namespace Licenzy.Server.Tests.Starting;

public sealed class LeftoverTests
{
    [Test]
    public void A_test_server_that_does_not_start_leaves_no_folder_behind()
    {
        string? folder = null;

        Assert.That(
            async () => await LicenzyTestServer.StartAsync(new LicenzyTestServerOptions
            {
                Configure = server => (folder, server.RenewalLeewayHours) = (server.DataDirectory, -1),
            }),
            Throws.Exception);

        Assert.That(folder, Is.Not.Null);
        Assert.That(Directory.Exists(folder), Is.False);
    }
}
