using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.GroupRouting;

/// <summary>Queues as Stringee has them. Source: Stringee, "Queue management".</summary>
internal sealed class StringeeQueues(DirectoryStore directories, DirectoryRemoval removal)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames = new Dictionary<string, string>
    {
        [nameof(Queue.DisplayName)] = "name",
        [InTelephony(nameof(Telephony.WaitGreeting))] = "wait_greeting",
        [InTelephony(nameof(Telephony.HoldGreeting))] = "hold_greeting",
        [InTelephony(nameof(Telephony.FromNumber))] = "from_number_callout_to_agent",
        [InTelephony(nameof(Telephony.AgentListUrl))] = "get_list_agents_url",
        [InTelephony(nameof(Telephony.Conditions))] = Conditions,
    };

    private const string Loaded = "Load queue(s) success";
    private const string BackupAfter = "route_to_backup_groups_after";
    private const string Conditions = "cond_routing";

    /// <summary>What a queue is that is created here and says no more than its name.</summary>
    private static readonly Queue Standard = new()
    {
        WrapUp = true,
        WrapUpSeconds = 10,
        OfferSeconds = 15,
        MaxLength = 5,
        MaxWaitSeconds = 60,
    };

    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var page = StringeePage.Read(request);
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var data = page.Of([.. directory.All<Queue>().OrderBy(queue => queue.Id)], "queues", queue => Show(accountId, queue));
        return StringeeApi.Success(accountId, Loaded, ("data", data));
    }

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        fields.RequiredName();
        var added = await directories.ChangeAsync(accountId, edit => edit.Add(Read(fields, Standard)), cancellationToken);
        return StringeeApi.Success(accountId, "Create queue success", ("queueID", added.ExternalId));
    }

    public async Task<Reply> GetAsync(int accountId, string queueId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return StringeeApi.Success(accountId, Loaded, ("data", Show(accountId, directory.QueueOf(queueId))));
    }

    public async Task<Reply> ChangeAsync(int accountId, string queueId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        await directories.ChangeAsync(
            accountId,
            edit => edit.Directory.QueueOf(queueId) is var stored ? edit.Change(stored, Read(fields, stored)) : stored,
            cancellationToken
        );
        return StringeeApi.Success(accountId, "Update queue success");
    }

    public async Task<Reply> RemoveAsync(int accountId, string queueId, CancellationToken cancellationToken)
    {
        await removal.RemoveQueueAsync(accountId, directory => directory.QueueOf(queueId), cancellationToken);
        return StringeeApi.Success(accountId, "Delete queue success");
    }

    private static Queue Read(Fields fields, Queue queue) => Advancing(fields, queue) with
    {
        DisplayName = fields.Text("name", StringeeNames.Fault) ?? queue.DisplayName,
        WrapUp = fields.Flag("agent_wrap_up_after_calls") ?? queue.WrapUp,
        WrapUpSeconds = fields.Integer("wrap_up_time_limit", Queue.WrapUpRange) ?? queue.WrapUpSeconds,
        OfferSeconds = fields.Integer("wait_agent_answer_timeout", Queue.OfferRange) ?? queue.OfferSeconds,
        MaxLength = fields.Integer("maximum_queue_size", Queue.LengthRange) ?? queue.MaxLength,
        MaxWaitSeconds = fields.Integer("maximum_queue_wait_time", Queue.WaitRange) ?? queue.MaxWaitSeconds,
        Telephony = queue.Telephony with
        {
            RecordCalls = fields.Flag("record_calls") ?? queue.Telephony.RecordCalls,
            BusinessHours = fields.Integer("schedule", 1, 2) is { } schedule ? schedule == 2 : queue.Telephony.BusinessHours,
            WaitGreeting = fields.Text("wait_greeting") ?? queue.Telephony.WaitGreeting,
            HoldGreeting = fields.Text("hold_greeting") ?? queue.Telephony.HoldGreeting,
            FromNumber = fields.Text("from_number_callout_to_agent") ?? queue.Telephony.FromNumber,
            AgentListUrl = fields.Text("get_list_agents_url") ?? queue.Telephony.AgentListUrl,
            Conditions = fields.Has(Conditions) ? fields.Raw(Conditions) : queue.Telephony.Conditions,
        },
    };

    /// <summary>After how many seconds of waiting secondary groups serve; 0: as soon as nobody of the primary ones is free.</summary>
    private static Queue Advancing(Fields fields, Queue queue) => fields.Integer(BackupAfter, Queue.AdvanceRange) switch
    {
        null => queue,
        0 => queue with { AdvanceWhen = AdvanceWhen.NoneFree },
        { } seconds => queue with { AdvanceWhen = AdvanceWhen.WaitedSeconds, AdvanceAfterSeconds = seconds },
    };

    private static string InTelephony(string property) => $"{nameof(Queue.Telephony)}.{property}";

    private static JsonObject Show(int accountId, Queue queue) => new()
    {
        ["id"] = queue.ExternalId,
        ["account"] = accountId,
        ["project"] = accountId,
        ["name"] = queue.DisplayName,
        ["record_calls"] = queue.Telephony.RecordCalls,
        ["agent_wrap_up_after_calls"] = queue.WrapUp,
        ["wrap_up_time_limit"] = queue.WrapUpSeconds,
        ["schedule"] = queue.Telephony.BusinessHours ? 2 : 1,
        ["wait_agent_answer_timeout"] = queue.OfferSeconds,
        ["wait_greeting"] = queue.Telephony.WaitGreeting,
        ["hold_greeting"] = queue.Telephony.HoldGreeting,
        ["maximum_queue_size"] = queue.MaxLength,
        ["maximum_queue_wait_time"] = queue.MaxWaitSeconds,
        ["from_number_callout_to_agent"] = queue.Telephony.FromNumber,
        ["get_list_agents_url"] = queue.Telephony.AgentListUrl,
        [BackupAfter] = queue.AdvanceWhen == AdvanceWhen.WaitedSeconds ? queue.AdvanceAfterSeconds : 0,
        [Conditions] = queue.Telephony.Conditions is { } conditions ? JsonSerializer.SerializeToNode(conditions) : null,
    };
}
