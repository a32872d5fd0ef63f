using Azure.Core;
using Azure.Core.Pipeline;

namespace ContactRouting.Tests.Contacts;

/// <summary>Lets a number of storage calls through and then none: what a process that is killed there has done.</summary>
internal sealed class DyingPolicy : HttpPipelinePolicy
{
    private int left = int.MaxValue;

    public bool Died { get; private set; }

    /// <param name="calls">How many calls still take place; their answers arrive, but for the last one's.</param>
    public void DieAfter(int calls) => (left, Died) = (calls, false);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var turn = Interlocked.Decrement(ref left);
        if (turn >= 0) await ProcessNextAsync(message, pipeline);
        if (turn > 0) return;
        Died = true;
        throw new KilledException();
    }
}

internal sealed class KilledException() : Exception("The process was killed here.");
