import type { FollowedView } from './followed-view';
import type { ViewFollower, ViewState } from './view-follower';
import type { ViewProgress } from './view-progress';

export interface ViewProblem {
  readonly view: string;
  readonly state: ViewState;
  readonly error: unknown;
}

/** All views that a process has, and what others do with them meanwhile. */
export class FollowedViews {
  constructor(
    private readonly all: readonly FollowedView[],
    private readonly progress: ViewProgress,
    private readonly onProblem?: (problem: ViewProblem) => void,
  ) {}

  following(): readonly ViewFollower[] {
    return this.all.flatMap(({ parts }) => parts).filter(({ isFollowing }) => isFollowing);
  }

  /** Those that this process wants divided otherwise, and follows. */
  unsettled(): readonly FollowedView[] {
    return this.all.filter(
      ({ parts, wanted }) => wanted !== undefined && parts.some(({ isFollowing }) => isFollowing),
    );
  }

  /** Whether others may end or begin to move a part of them, which nobody tells of. */
  get mayPassOn(): boolean {
    return this.all.some(({ isShared, isDivided, wanted }) => isShared || isDivided || wanted !== undefined);
  }

  /** After a commit of this process. What others move of a view is not known here: who waits for it looks. */
  moved({ view: { name } }: ViewFollower): void {
    this.tell(this.all.find(({ view }) => view.name === name)!);
  }

  /**
   * Somebody else has moved the view, has divided it otherwise or has put other tables in place: goes on from there.
   * @returns false when it stands where it is believed to
   */
  async adoptCurrent(follower: ViewFollower): Promise<boolean> {
    const { name } = follower.view;
    const followed = this.all.find(({ view }) => view.name === name)!;
    const standing = (await this.progress.checkpoints()).get(name);
    if (!standing || !followed.adoptPart(follower, standing)) return false;
    const { state, problem } = followed;
    if (state === 'superseded') {
      this.progress.gaveUp(name);
      this.onProblem?.({ view: name, state, error: new Error(problem) });
    } else {
      this.tell(followed);
    }
    return true;
  }

  private tell({ view, isShared, position }: FollowedView): void {
    if (!isShared) this.progress.moved(view.name, position);
  }
}
