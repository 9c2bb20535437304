package io.dpg.deploy.scenario;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Known;
import io.dpg.deploy.spi.Target;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A target around another one; tests override what is to be different. */
class Faked implements Target {

    private final Target inner;

    Faked(Target inner) {
        this.inner = inner;
    }

    /** Changes what is observed of one group. */
    Group edit(Group group) {
        return group;
    }

    static Group with(Group group, Group.Condition more) {
        List<Group.Condition> conditions = new ArrayList<>(group.conditions());
        conditions.add(more);
        return new Group(
                group.slot(),
                group.version(),
                group.revision(),
                group.desired(),
                group.ready(),
                group.weight(),
                group.generation(),
                conditions,
                group.inPlace(),
                group.openRequests());
    }

    @Override
    public String key() {
        return inner.key();
    }

    @Override
    public Set<Capability> capabilities() {
        return inner.capabilities();
    }

    @Override
    public Observation observe() {
        return new Observation(inner.observe().groups().stream().map(this::edit).toList());
    }

    @Override
    public void claim(Fence fence) {
        inner.claim(fence);
    }

    @Override
    public Change launch(Fence fence, GroupRequest request) {
        return inner.launch(fence, request);
    }

    @Override
    public Change scale(Fence fence, Slot slot, int instances) {
        return inner.scale(fence, slot, instances);
    }

    @Override
    public void route(Fence fence, Traffic traffic) {
        inner.route(fence, traffic);
    }

    @Override
    public Change update(Fence fence, GroupRequest request) {
        return inner.update(fence, request);
    }

    @Override
    public void retire(Fence fence, Slot slot) {
        inner.retire(fence, slot);
    }

    @Override
    public Optional<URI> endpoint(Slot slot) {
        return inner.endpoint(slot);
    }

    @Override
    public Optional<URI> liveEndpoint() {
        return inner.liveEndpoint();
    }

    @Override
    public String diagnose(Slot slot) {
        return inner.diagnose(slot);
    }

    @Override
    public List<Known> history() {
        return inner.history();
    }
}
