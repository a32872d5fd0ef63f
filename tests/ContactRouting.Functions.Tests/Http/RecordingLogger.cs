using Microsoft.Extensions.Logging;

namespace ContactRouting.Tests.Http;

/// <summary>Keeps what is logged: the exception of each entry.</summary>
internal sealed class RecordingLogger<T>(ICollection<Exception?> logged) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        lock (logged) logged.Add(exception);
    }
}
