namespace Licenzy.Server.Tests.Starting;

/// <summary>What is written to the standard error stream while it lives.</summary>
internal sealed class CapturedErrors : IDisposable
{
    private readonly TextWriter _before = Console.Error;
    private readonly StringWriter _text = new();

    public CapturedErrors() => Console.SetError(TextWriter.Synchronized(_text));

    public string Text => _text.ToString();

    public void Dispose()
    {
        Console.SetError(_before);
        _text.Dispose();
    }
}
