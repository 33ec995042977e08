namespace Millwright.Ingest.Tests.Log;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("millwright-log-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
