namespace Licenzy.Server.Storage;

/// <summary>
/// Thrown by work that finds, with locks in its hands, that it should have taken another one first: it is rolled back and runs again, and finds that one at the
/// beginning then. To wait for it now could be to wait for somebody who waits for us.
/// </summary>
internal sealed class LostRaceException() : Exception("Another writer was there first.");
