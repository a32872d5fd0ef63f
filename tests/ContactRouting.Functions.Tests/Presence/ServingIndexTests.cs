using Azure;
using Azure.Data.Tables;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Tests.Presence;

public sealed class ServingIndexTests
{
    private static readonly ServingUnit A = ServingUnit.Group("A"), B = ServingUnit.Group("B");

    private static readonly AgentState Agent = new()
    {
        AgentId = 7,
        Status = PresenceStatus.Available,
        CapacityUnits = 3,
        Units = [A, B],
        Strategies = new Dictionary<ServingUnit, AgentStrategy> { [A] = AgentStrategy.Random, [B] = AgentStrategy.Random },
    };

    [Fact]
    public void Only_routing_shuffles_an_agents_places()
    {
        var stored = After(null, Agent);
        Assert.NotEqual(stored.Shuffle, After(null, Agent).Shuffle);
        Assert.Equal(stored.Shuffle, After(stored, stored with { Units = [A] }).Shuffle);
        Assert.Equal(stored.Shuffle, After(stored, stored with { Status = PresenceStatus.Busy }).Shuffle);
        Assert.Equal(stored.Shuffle, After(stored, stored with { Load = [] }).Shuffle);
        var offered = After(stored, stored with { Load = [new Reservation("c", 1)] });
        Assert.NotEqual(stored.Shuffle, offered.Shuffle);
        Assert.NotEqual(offered.Shuffle, After(offered, offered with { Load = [] }).Shuffle);
    }

    [Fact]
    public void Change_of_the_directory_touches_only_the_units_that_come_or_go()
    {
        var stored = After(null, Agent);
        var batch = new Batch("1");
        var after = stored with { Units = [A, ServingUnit.Group("C")], Callbacks = [new(1, CallbackEvent.AgentLogin)] };
        ServingIndex.Change(batch, Row(stored), after);
        Assert.Equal(
            [TableTransactionActionType.UpdateReplace, TableTransactionActionType.Delete, TableTransactionActionType.Add],
            batch.Actions.Select(action => action.ActionType)
        );
    }

    private static AgentState After(AgentState? before, AgentState after)
    {
        var batch = new Batch("1");
        ServingIndex.Change(batch, before is null ? null : Row(before), after);
        return RowCodec.Read<AgentState>((TableEntity)batch.Actions[0].Entity).Value;
    }

    private static Row<AgentState> Row(AgentState state) => new(AgentState.RowKey(state.AgentId), new ETag("1"), state);
}
